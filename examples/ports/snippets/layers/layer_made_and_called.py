import torch
import torch.nn as nn

scores = torch.tensor([[1.0, 2.0, -1.0], [0.5, 0.0, 3.0]])
target = torch.tensor([1, 2])
loss = nn.CrossEntropyLoss()(scores, target)
image = torch.arange(16.0).reshape(1, 1, 4, 4)
pooled = nn.MaxPool2d(kernel_size=2)(image)
padded = torch.nn.ZeroPad2d(1)(nn.AvgPool2d(2, stride=1)(image))
out = [loss, nn.L1Loss()(input=scores, target=scores * 2), pooled, padded, nn.Softmax(dim=1)(scores)]
