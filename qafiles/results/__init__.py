"""What was tested and how it ended: result files that test runners write, read into values of one form.

Nothing is run and nothing is stored: files come in, values go out.
"""
