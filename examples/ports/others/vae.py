"""A variational autoencoder whose noise is given.

build: VAE(10, 4)
inputs: float32 (3, 10); float32 (3, 4)
"""
import torch
import torch.nn as nn
import torch.nn.functional as F


class VAE(nn.Module):
    def __init__(self, size, latent):
        super().__init__()
        self.fc1 = nn.Linear(size, 16)
        self.fc21 = nn.Linear(16, latent)
        self.fc22 = nn.Linear(16, latent)
        self.fc3 = nn.Linear(latent, 16)
        self.fc4 = nn.Linear(16, size)

    def encode(self, x):
        h1 = F.relu(self.fc1(x))
        return self.fc21(h1), self.fc22(h1)

    def reparameterize(self, mu, logvar, eps):
        std = torch.exp(0.5 * logvar)
        return mu + eps * std

    def decode(self, z):
        h3 = F.relu(self.fc3(z))
        return torch.sigmoid(self.fc4(h3))

    def forward(self, x, eps):
        mu, logvar = self.encode(x.view(-1, 10))
        z = self.reparameterize(mu, logvar, eps)
        kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        return self.decode(z), mu, logvar, kld
