{{ estimate_mart('mart_instruction', with_rules=true) }}
