"""What pages of several sections share: the text heatmap, and parts that redraw themselves."""
