"""How gradients travel back through time: flow, decay, bound, spectrum, truncation, clipping."""
