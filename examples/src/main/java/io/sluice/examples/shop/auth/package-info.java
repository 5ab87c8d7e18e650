/** The platform's Auth: logins and sessions. */
@NullMarked
package io.sluice.examples.shop.auth;

import org.jspecify.annotations.NullMarked;
