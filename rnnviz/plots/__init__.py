"""Pictures of what was recorded: each takes a record or a table and gives a Plotly figure."""
