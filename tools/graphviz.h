/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * graphviz - a graph drawn by Graphviz's dot
 *
 * dot runs as a process, with limits of time and memory, in place of libgvc: the graph of a damaged
 * process may be so large that dot needs minutes, and has names from the dump. Where dot is not
 * installed, the report is made without a picture.
 */
#pragma once

#include "request.h"

/* The callback `draw` of struct qemucore_report; opaque is ignored. */
char *graphviz_draw(void *opaque, const char *dot);

/* Serves the requests REQUEST_GRAPH and REQUEST_PICTURE, which graphviz_draw makes. Returns a
   descriptor, or -1. */
int graphviz_serve(enum request request);
