//! Each resource from creation to deletion.
