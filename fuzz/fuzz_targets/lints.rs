#![no_main]

imageguard_fuzz::target!(lints);
