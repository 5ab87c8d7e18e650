package io.sluice.definitions.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Optional;

/** Where a window goes in somebody else's PromQL. */
class QueryTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '^',
            textBlock =
                    """
                    requests_total ; sum(increase(requests_total[5m]))
                    requests{code=~"5..|}"} ; sum(increase(requests{code=~"5..|}"}[5m]))
                    {__name__='a b', x="\\"}"} ; sum(increase({__name__='a b', x="\\"}"}[5m]))
                    sum(requests_total) ; sum(increase(requests_total[5m]))
                    sum by (job) (a:b{x="y"}) ; sum(increase(a:b{x="y"}[5m]))
                    sum(requests{x="y"}) by (job) ; sum(increase(requests{x="y"}[5m]))
                    sum(a) / sum(b) ; sum(increase((sum(a) / sum(b))[5m:]))
                    a offset 5m ; sum(increase((a offset 5m)[5m:]))
                    max(a) ; sum(increase((max(a))[5m:]))
                    sum(rate(a[{{.window}}])) ; sum(sum(rate(a[5m])))
                    sum(rate(a[{{ .window }}]) > 1) ; sum(sum(rate(a[5m]) > 1))
                    """)
    void anIncrease_hasTheWindowWhereCountersStand(String query, String expected) {
        assertThat(new Query(query).increase("5m")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    up{job="a"} ; avg(avg_over_time(up{job="a"}[5m]))
                    1 - up ; avg(avg_over_time((1 - up)[5m:]))
                    1 - x[{{.window}}] ; avg(1 - x[5m])
                    """)
    void aMean_isOfTheSamples(String query, String expected) {
        assertThat(new Query(query).mean("5m")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '^',
            textBlock =
                    """
                    sum(rate(a[{{.window}}])) ; a
                    sum(increase(a{b="]))"}[{{ .window }}])) ; a{b="]))"}
                    sum by (c) (rate({__name__="a"} [{{.window}}])) ; {__name__="a"}
                    sum(rate(a[{{.window}}])) - sum(rate(b[{{.window}}])) ;
                    sum(rate(a[5m])) ;
                    rate(a[{{.window}}]) ;
                    sum(irate(a[{{.window}}])) ;
                    sum(rate(a[{{.window}}] offset 5m)) ;
                    sum(rate(a[{{.window}}:1m])) ;
                    """)
    void onlyASumOfGrowth_tellsItsCounters(String template, String counters) {
        assertThat(new Query(template).counters().map(Query::text))
                .isEqualTo(Optional.ofNullable(counters));
    }
}
