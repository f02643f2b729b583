import torch

x = torch.arange(24.0).reshape(shape=(2, 3, 4))
out = [
    x.permute(dims=(2, 0, 1)),
    x.transpose(dim1=2, dim0=0),
    x.narrow(length=2, start=1, dim=2),
    x.select(index=2, dim=1),
    x.unfold(step=1, size=2, dimension=2),
    x.sum(keepdim=True, dim=(0, 1)),
    x.mean(axis=1, keepdims=True),
    x.roll(dims=(0, 2), shifts=(1, 1)),
    x.topk(largest=False, k=2)[0],
    x.repeat(repeats=[2, 1, 1]),
    x[0].expand(size=(2, 3, 4)),
]
