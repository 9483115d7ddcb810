"""What is stored of a trial, its status and transitions, and what a process knows of all trials."""
