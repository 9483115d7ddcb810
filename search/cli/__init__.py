"""What the commands share: parsers, configurations, messages, and how a command ends."""
