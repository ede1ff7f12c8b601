"""The outlets of the fictional web, declared as any other."""
