"""What each command does: arguments in, sentences out."""
