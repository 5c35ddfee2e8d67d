"""The machine: opening models, sampling from them, training them; constants and files of the five scripts."""
