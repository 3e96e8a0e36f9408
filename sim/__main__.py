"""`python -m sim` is the same as `truce`."""

from sim.cli import program

if __name__ == "__main__":
    program()
