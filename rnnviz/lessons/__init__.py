"""The numbers behind the Learn pages: pure, small, exact."""
