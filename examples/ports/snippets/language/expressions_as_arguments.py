import torch

x = torch.tensor([[4, 9, 2], [7, 5, 3]])
axis = 1
out = [
    torch.sum(x + 1, dim=axis - 1),
    torch.argmax(-x.float(), 2 - axis, keepdim=not axis),
    torch.reshape(x * 2, (x.numel() // 2, 2)),
    torch.cat([x, x[:1] * 3], dim=0 if axis else 1),
    torch.clamp(x.float() / 3, min=float(axis), max=len(x)),
]
