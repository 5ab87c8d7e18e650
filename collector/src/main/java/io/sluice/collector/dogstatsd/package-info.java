/**
 * DogStatsD: datagrams of text, one metric a line. Version 1.6 of the protocol, see <a
 * href="https://docs.datadoghq.com/developers/dogstatsd/datagram_shell/">Datadog's description</a>.
 */
@NullMarked
package io.sluice.collector.dogstatsd;

import org.jspecify.annotations.NullMarked;
