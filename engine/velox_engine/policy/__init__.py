"""The small DQN that orders strategies for a function, without torch."""
