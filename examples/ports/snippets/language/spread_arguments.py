import torch
import torch.nn.functional as F

args = (torch.tensor([[1.5, -2.0, 3.0], [0.5, 4.0, -1.0]]), 1)
largest, where = torch.max(*args, keepdim=True)
kwargs = {"input": args[0], "dim": 1, "descending": True}
ordered = torch.sort(**kwargs)
sizes = {"size": (2, 3), "dtype": torch.float64}
out = [largest, where, ordered[0], torch.ones(**sizes), args[0].sum(*(0,)), F.softmax(**{"input": args[0], "dim": 1})]
