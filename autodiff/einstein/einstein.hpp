#pragma once
#include <autodiff/einstein/declarations.hpp>
#include <autodiff/einstein/differentiate.hpp>
#include <autodiff/einstein/evaluate.hpp>
#include <autodiff/einstein/expr.hpp>
#include <autodiff/einstein/parse.hpp>
#include <autodiff/einstein/print.hpp>
#include <autodiff/einstein/simplify.hpp>
