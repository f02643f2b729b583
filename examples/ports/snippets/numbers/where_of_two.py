import torch


def choose(mask, one, other=None):
    return torch.where(mask, one, other)


x = torch.tensor([[1.5, -2.0], [0.5, 4.0]])
y = torch.tensor([[0.5, 2.0], [1.0, 0.25]])
kwargs = {"condition": x > y, "input": x, "other": y}
out = [choose(x > 0, x, y), torch.where(**kwargs), x.where(x > 1, y), torch.where(other=0.5, condition=x > 1, input=x)]
