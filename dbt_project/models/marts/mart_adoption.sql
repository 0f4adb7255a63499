{{ estimate_mart('mart_adoption') }}
