import torch

weights = torch.FloatTensor([[1, 2], [3, 4]])
index = torch.LongTensor([0, 1])
out = [weights[index], torch.Tensor([1, 2.5]), torch.BoolTensor([True, False]), torch.IntTensor((3, 4))]
