/**
 * What a command is and how the command line finds, configures and runs it; the parts and the demo
 * bring their own commands.
 */
@NullMarked
package dev.parley.cli.command;

import org.jspecify.annotations.NullMarked;
