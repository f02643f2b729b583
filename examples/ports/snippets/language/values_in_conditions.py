import torch

x = torch.tensor([1, 2, 3])
out = []
if (total := x.sum()) > 1:
    out.append(total)
out.append(x.float().mean().item() if x.numel() > 0 else 0.0)
while (x := x - 1).max() > 0:
    out.append(x)
out.append(len(x))
