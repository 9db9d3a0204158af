//! Each resource from creation to deletion.

mod image_pin;
