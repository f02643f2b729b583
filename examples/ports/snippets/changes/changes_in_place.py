import torch

x = torch.tensor([[1.5, -2.0, 3.0], [0.5, 4.0, -1.0]])
x.clamp_(min=-1.0, max=2.0)
x.lerp_(torch.ones(2, 3), 0.25)
x.masked_fill_(mask=x > 1.2, value=9.0)
x.scatter_(dim=1, index=torch.tensor([[0, 1], [2, 0]]), value=5.0)
torch.nn.init.constant_(weights := torch.empty(2, 2), 0.5)
counts = torch.tensor([1, 2, 3])
counts.bitwise_and_(torch.tensor([1, 3, 2])).mul_(2)
x.t_().unsqueeze_(0)
out = [x, counts, weights]
