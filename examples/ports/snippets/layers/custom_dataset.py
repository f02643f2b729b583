import torch
import torch.nn.functional as F
from torch import nn

class Squares(torch.utils.data.Dataset):
    def __len__(self):
        return 6

    def __getitem__(self, index):
        return torch.tensor(float(index)), torch.tensor(float(index) ** 2)


loader = torch.utils.data.DataLoader(Squares(), batch_size=4)
out = [list(batch) for batch in loader]
