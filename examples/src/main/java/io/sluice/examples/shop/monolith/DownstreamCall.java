package io.sluice.examples.shop.monolith;

import io.sluice.examples.simulation.Latency;

/**
 * The 17 calls that the legacy checkout makes one after the other while the customer waits. Payment
 * is the slow and unsteady one.
 */
enum DownstreamCall {
    VERIFY_SESSION("session.verify"),
    LOAD_CART("cart.load"),
    LOAD_CUSTOMER("customer.load"),
    VALIDATE_ADDRESS("address.validate"),
    CHECK_STOCK("stock.check"),
    RESERVE_STOCK("stock.reserve"),
    CALCULATE_PRICE("price.calculate"),
    APPLY_DISCOUNT("discount.apply"),
    CALCULATE_TAX("tax.calculate"),
    QUOTE_SHIPPING("shipping.quote"),
    BOOK_SHIPPING("shipping.book"),
    CHECK_FRAUD("fraud.check"),
    AUTHORISE_PAYMENT("payment.authorise", new Latency(420, 0.95, 8_000)),
    CAPTURE_PAYMENT("payment.capture"),
    INSERT_ORDER("order.insert"),
    CREATE_INVOICE("invoice.create"),
    SEND_MAIL("mail.send");

    private final String operation;

    @SuppressWarnings("ImmutableEnumChecker") // A record of numbers is immutable.
    private final Latency latency;

    DownstreamCall(String operation) {
        this(operation, new Latency(24, 0.4, 1_000));
    }

    DownstreamCall(String operation, Latency latency) {
        this.operation = operation;
        this.latency = latency;
    }

    /** The span's name. */
    String operation() {
        return operation;
    }

    Latency latency() {
        return latency;
    }
}
