"""How the register itself is doing, for who runs it: figures for a program, health for a balancer, a page in words."""
