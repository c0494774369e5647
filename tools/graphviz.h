/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * graphviz - a graph drawn by Graphviz's dot
 *
 * A process of its own, and not libgvc: a graph of a damaged process may be a large one, which dot needs
 * minutes for, and what names are in it nobody knows. So it has a time and a memory that it may use, and
 * the report is made without it where it is not installed.
 */
#ifndef GRAPHVIZ_H
#define GRAPHVIZ_H

#include "sandbox.h"

/* For struct qemucore_report; opaque is not looked at. */
char *graphviz_draw(void *opaque, const char *dot);

/* Serves SANDBOX_GRAPH and SANDBOX_PICTURE for it. */
int graphviz_serve(enum sandbox_request request);

#endif
