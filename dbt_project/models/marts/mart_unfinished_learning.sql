{{ estimate_mart('mart_unfinished_learning') }}
