"""The benchmark: the product beside the floor, on the same job, in the same run. `./dev bench --help` says how."""
