package dev.dafl.engine.config;

import dev.dafl.spi.Plugin;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Of which kind the plugins are that a key of the configuration names. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface PluginOf {

    @SuppressWarnings("rawtypes") // a class literal has no type arguments
    Class<? extends Plugin> value();
}
