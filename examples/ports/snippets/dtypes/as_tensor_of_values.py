import torch

one = torch.as_tensor([1.5, 2.0], dtype=torch.float64)
two = torch.as_tensor(dtype=torch.int32, data=[[1, 2], [3, 4]])
out = [one, two, torch.as_tensor((1, 2), dtype=torch.float32), torch.as_tensor(3.5), torch.asarray([True, False])]
