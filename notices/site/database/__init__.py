"""The database of a site as a whole: moved, copied, compared after a restoration."""
