//! Writes the seeds of every target into `corpus/`, and the regressions beside them.

use std::{collections::hash_map::DefaultHasher, error::Error, fs, hash::Hasher as _, path::Path};

use imageguard_fuzz::entry_points::{ALL, seeds};

fn main() -> Result<(), Box<dyn Error>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (target, _) in ALL {
        let folder = here.join("corpus").join(target);
        fs::create_dir_all(&folder)?;
        for text in seeds(target) {
            let mut hasher = DefaultHasher::new();
            hasher.write(text.as_bytes());
            fs::write(folder.join(format!("seed-{:016x}", hasher.finish())), text)?;
        }
        let regressions = here.join("regressions").join(target);
        for file in fs::read_dir(regressions).into_iter().flatten() {
            let file = file?;
            fs::copy(file.path(), folder.join(file.file_name()))?;
        }
    }
    Ok(())
}
