import torch

x = torch.tensor([[1.5, -2.0, 3.0], [0.5, 4.0, -1.0]])
y = torch.zeros(2, 1)
largest = torch.amax(x, dim=1, keepdim=True, out=y)
both = torch.zeros(2, 6)
torch.cat(dim=1, tensors=(x, x), out=both)
truth = torch.zeros(2, 3, dtype=torch.bool)
torch.lt(input=x, other=1.0, out=truth)
out = [largest, y, both, truth]
