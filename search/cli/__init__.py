"""What the commands share: flags and configurations, messages, and how a command ends."""
