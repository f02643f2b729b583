import torch

x = torch.tensor([[2.0, 0.5], [0.5, 1.5]])
out = [torch.inverse(input=x), torch.det(input=x), torch.ones(1, dtype=torch.float64) + x]
