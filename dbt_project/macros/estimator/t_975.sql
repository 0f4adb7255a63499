{# t(.975, df): the table for df up to 200; beyond it the Cornish-Fisher expansion
   (Abramowitz and Stegun 26.7.5, with the next term), good to 1e-12.
   `tabled` is the column of the seed student_t, joined on df. #}
{% macro t_975(df, tabled) -%}
    {%- set z = 1.959963984540054 -%}
    case
        when {{ tabled }} is not null then {{ tabled }}
        when {{ df }} > 200 then
            {{ z }}
            + {{ (z ** 3 + z) / 4 }} / {{ df }}
            + {{ (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96 }} / power({{ df }}, 2)
            + {{ (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384 }} / power({{ df }}, 3)
            + {{ (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160 }}
            / power({{ df }}, 4)
            + {{ (27 * z ** 11 + 339 * z ** 9 + 930 * z ** 7 - 1782 * z ** 5 - 765 * z ** 3 + 17955 * z) / 368640 }}
            / power({{ df }}, 5)
    end
{%- endmacro %}
