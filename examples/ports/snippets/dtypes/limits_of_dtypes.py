import torch

x = torch.tensor([[1.5, -2.0, 3.0], [0.5, 4.0, -1.0]])
masked = x.masked_fill(x < 0, torch.finfo(x.dtype).min)
out = [masked, torch.finfo(torch.float64).eps, torch.iinfo(torch.int32).max, torch.finfo(torch.float32).bits]
