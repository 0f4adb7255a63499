{{ estimate_mart('mart_adoption', with_visits=true) }}
