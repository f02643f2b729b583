import torch

x = torch.tensor([[4, 9, 2], [7, 5, 3]])
smaller = torch.ge(other=4, input=x)
swapped = torch.sub(other=torch.tensor(2), input=x)
quotient = torch.div(rounding_mode="floor", other=torch.tensor([[2.0], [3.0]]), input=x)
kept = torch.sum(keepdim=True, dim=1, input=x + 1)
out = [smaller, swapped, quotient, kept, torch.pow(exponent=2, input=x), torch.lt(other=x, input=torch.tensor(5))]
