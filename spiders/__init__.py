"""Nothing but outlets: one small file = one outlet = one id."""
