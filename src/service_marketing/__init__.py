"""Service marketing as functions to call, simulations to move and exercises to grade."""
