"""Words with offsets, shingles, alignment, alterations; pure."""
