import torch

x = torch.arange(10.0).reshape(2, 5)
first, second = torch.tensor_split(x, 2, dim=1)
parts = x.split(split_size=[1, 4], dim=1)
out = [first, second, *parts, x.swapaxes(axis1=1, axis0=0)]
