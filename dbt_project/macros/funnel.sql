{# The share of a standard normal beyond z on either side (Hart 1968, algorithm 5666, as West 2005
   writes it for double precision; relative error below 1e-14). Neither engine has erf. #}
{% macro two_sided_normal(z) -%}
    {%- set above = [
        3.52624965998911e-02, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871,
        221.213596169931, 220.206867912376,
    ] -%}
    {%- set below = [
        8.83883476483184e-02, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674,
        637.333633378831, 793.826512519948, 440.413735824752,
    ] -%}
    {%- set x = 'abs(' ~ z ~ ')' -%}
    2 * exp(-power({{ z }}, 2) / 2) * case
        when {{ x }} < 7.07106781186547 then {{ _horner(above, x) }} / {{ _horner(below, x) }}
        else
            1 / (
                2.506628274631 * (
                    {{ x }} + 1 / ({{ x }} + 2 / ({{ x }} + 3 / ({{ x }} + 4 / ({{ x }} + 0.65))))
                )
            )
    end
{%- endmacro %}

{% macro _horner(coefficients, x) -%}
    {%- set ns = namespace(value=coefficients[0] | string) -%}
    {%- for coefficient in coefficients[1:] -%}
        {%- set ns.value = '(' ~ ns.value ~ ' * ' ~ x ~ ' + ' ~ coefficient ~ ')' -%}
    {%- endfor -%}
    {{ ns.value }}
{%- endmacro %}

{# The share of a binomial below k, with half of that at k itself (the mid-p's lower tail); for n up to
   19, whose factorials a double holds exactly. #}
{% macro binomial_mid_tail(k, n, p) -%}
    (
        {%- for i in range(20) %}
        case
            when {{ i }} > {{ k }} then 0
            else
                case when {{ i }} = {{ k }} then 0.5 else 1 end
                * {{ _factorial(n) }} / {{ _factorial(i) }} / {{ _factorial(n ~ ' - ' ~ i) }}
                * power({{ p }}, {{ i }}) * power(1 - {{ p }}, {{ n }} - {{ i }})
        end{{ ' +' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{% macro _factorial(n) -%}
    cast(factorial(cast(least(greatest({{ n }}, 0), 19) as integer)) as double)
{%- endmacro %}

{# A limit within the range of shares; none without variance, though `greatest` and `least` would pass
   over the null. #}
{% macro funnel_limit(clip, limit, bound) -%}
    case when variance is not null then {{ clip }}({{ limit }}, {{ bound }}) end
{%- endmacro %}
