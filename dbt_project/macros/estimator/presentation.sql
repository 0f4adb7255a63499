{# `show`, or `caution` where an estimate rests on too little to be read without care (after NCHS
   Series 2 No. 175; thresholds are the project's vars). It flags; it never hides. #}
{% macro presentation(alias, unrepresented_share) -%}
    case
        when {{ alias }}.estimate is null then 'caution'
        when {{ alias }}.kind = 'proportion' and {{ alias }}.estimate in (0, 1) then 'caution'
        when {{ alias }}.ci_low is null then 'caution'
        when {{ alias }}.df < {{ var('caution_df_below') }} then 'caution'
        when coalesce({{ alias }}.n_effective, 0) < {{ var('caution_n_effective_below') }} then 'caution'
        when
            {{ alias }}.ci_high - {{ alias }}.ci_low
            >= {{ var('caution_interval_share_of_range') }} * ({{ alias }}.range_max - {{ alias }}.range_min)
            then 'caution'
        when {{ unrepresented_share }} > {{ var('caution_unrepresented_share_above') }} then 'caution'
        else 'show'
    end
{%- endmacro %}
