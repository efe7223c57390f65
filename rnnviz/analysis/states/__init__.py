"""What a network's units do over a text: its states and gates, one signal at a time."""
